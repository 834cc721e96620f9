"""The whole platform on one machine: a private database cluster and the supervisor behind `fleet up`."""
