"""Client of the vendor cloud (Tracksolid Pro); its wire types stop at this folder."""
