"""Wrong answers that were not made by the catalogue's code: derivatives typed by hand, put together as text."""
