"""CT and MR slices of the patient on the table, from the same body and the same blood."""
