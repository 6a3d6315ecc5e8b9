"""Records: what people did, behind repositories that ask every caller who they are."""
