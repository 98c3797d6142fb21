"""One async function for each act: load, ask the domain, record, commit."""
