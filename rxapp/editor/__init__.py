"""The page where authors write a draft, alone or together."""
