"""What tests of every part may use: contract suites and fakes."""
