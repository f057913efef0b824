"""The version of these rules; git fills it in when it makes an archive."""

VERSION = "$Format:%(describe:tags=true)$"
