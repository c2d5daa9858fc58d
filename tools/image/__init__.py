"""The container image: what goes into it, and what `make image-check` measures of it."""
