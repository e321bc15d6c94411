"""What the renderers write: one file a format. Pure: a Feed in, bytes out."""
