"""The `saan …` commands, each file a family; a command demands only the settings that it uses."""
