"""The server: one router per page group, the frame stream, the built pages. Nothing else knows HTTP."""
