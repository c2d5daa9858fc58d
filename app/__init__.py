"""The web application: thin pages over `kadr.engine`."""
