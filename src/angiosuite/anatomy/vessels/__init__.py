"""The vessels and ducts of a body: one named graph that flow, pictures, instruments and 3-D view share."""
