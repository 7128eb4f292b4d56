"""What templates are written with: marks, pictures, words and addresses, all offered by `environment`."""
