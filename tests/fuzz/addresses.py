"""Addresses as nobody types them on purpose: of other scripts, with emoji, quoted, torn, as long as can be."""

from hypothesis import strategies as st

LONGEST_DOMAIN = ".".join(["b" * 63, "c" * 63, "d" * 63, "e" * 60, "be"])  # 255
LOCAL_PARTS = (
    "jan",
    "o'brien",
    "jörg",
    "אבג",
    "\U0001f600",
    '"jan peeters"',
    '"a\\"b"',
    "jan..peeters",
    "\u202ejan",
    "jan\x00",
    "jan\r\nbcc: iemand",
    "=1+1",
    "a" * 64,
    "",
)
DOMAINS = (
    "kantoor.be",
    "münchen.example.be",
    "\u0645\u062b\u0627\u0644.be",
    "\U0001f600.be",
    "☃.be",
    "xn--.be",
    "xn--a.be",
    "\u202ekantoor.be",
    "kantoor.be\u200b",
    "kantoor.be\x00",
    "kan toor.be",
    "[127.0.0.1]",
    "kantoor",
    LONGEST_DOMAIN,
)
FORMS = ("{}", "Jan <{}>", "mailto:{}", " {} ", "{0}; {0}")

# Each odd part once, beside a plain one, and the longest that a standard allows: 64 + 1 + 255.
EACH = (
    *(f"{local_part}@kantoor.be" for local_part in LOCAL_PARTS),
    *(f"jan@{domain}" for domain in DOMAINS[1:]),
    f"{'a' * 64}@{LONGEST_DOMAIN}",
)

ADDRESSES = st.builds(
    lambda form, local_part, domain: form.format(f"{local_part}@{domain}"),
    st.sampled_from(FORMS),
    st.sampled_from(LOCAL_PARTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=64),
    st.sampled_from(DOMAINS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
