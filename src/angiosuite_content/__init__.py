"""Everything that is data: patients, equipment, and later procedures, devices, drugs and questions."""
