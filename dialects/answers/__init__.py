"""What each engine has, in words, with the page that says so: what the dialects' code rests on."""
