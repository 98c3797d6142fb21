"""What each server needs: files, configuration, command, and when it is really ready."""
