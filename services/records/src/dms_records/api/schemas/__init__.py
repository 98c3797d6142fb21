"""What is asked and answered, field by field as the API contract fixes it, a module a noun."""
