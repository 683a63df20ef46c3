"""The pages of declarations: brokers write and lodge, officers look and act."""
