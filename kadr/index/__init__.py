"""What a query is answered from: vectors, postings, columns and titles, all memory-mapped, all in row numbers."""
