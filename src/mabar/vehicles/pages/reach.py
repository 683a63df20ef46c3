"""What opens a page of the vehicles."""

READ, READ_OWN, PREFILL = "vehicles.read_passes", "vehicles.read_own", "vehicles.prefill"
