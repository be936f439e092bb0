"""Where secret values come from, one module per source. `linewright.devices.secrets` chooses by a reference's scheme.

Every source raises SecretError with what is missing and what to do; no message holds a value, nor any word of a
library's own error, which may quote one.
"""
