"""The polls, a module each: what is asked of the vendor and when it is enough. `registry` lists them."""
