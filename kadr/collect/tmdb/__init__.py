"""Films and series of The Movie Database, by its API (developer.themoviedb.org): listed, then asked for one by one."""
