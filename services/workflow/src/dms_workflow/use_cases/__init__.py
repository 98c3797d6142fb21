"""One async function an act, and what each needs from the outside."""
