"""Scripts for the peers' own Python; never imported by the product."""
