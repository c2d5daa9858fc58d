"""Programs that make and measure what is shipped; nothing here is installed with Kadr."""
