"""flexsync keeps an accountancy office's Admin and its Flexmail newsletters in step."""
