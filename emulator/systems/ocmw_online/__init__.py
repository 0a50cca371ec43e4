"""OCMW Online: citizens' requests for help (R54-R58, R64)."""
