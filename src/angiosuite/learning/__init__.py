"""Services of the way: each stands alone on records and content; the web joins them."""
