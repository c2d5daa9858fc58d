"""Many sources to one table: merging (build side), the DuckDB table (both sides), exports and the quality report."""
