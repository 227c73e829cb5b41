"""Where an initiative's ties come from; who objects is in none of them."""
