"""Reports by interval and the heat map: pages, files, API."""
