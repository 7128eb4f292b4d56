"""The REST interface of the ground floor, and what the interfaces of the upper floors are built from."""
