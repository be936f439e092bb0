"""The EOS configuration commands a twin knows, per mode, as data.

Each line is a pattern (words.py), with flags before it and the mode it opens after `->`. The order of the lines is the
order in which a running configuration shows them. Flags:

    no:        the command is the default and never shown; its `no` form is shown (`no switchport`)
    both:      shown either way once given (`ip routing`, `no ip routing`)
    remove:    known after `no` only; removes every line that begins so (`no neighbor 192.0.2.1`)
    inline:    may be followed on the same line by a command of the mode it opens
    text:      followed by lines of text, as a banner is
    sole:      one instance only; another one is refused, not put in its place
    unique:    a second line with the same key is refused, not put in its place
    numbered:  given without a sequence number, gets the next one
    kept:      lines of this kind stay in the order in which they were given; a new value does not move one

Source: Arista EOS User Manual, the chapters of the commands; what was not found there is not here.
"""

from functools import cache
from typing import NamedTuple

from linewright.lab.twin.words import Pattern

_ADDRESS4 = "( any | host <ip4> | <net4> | <ip4> <ip4> )"
_PORTS = "[ ( eq <word> | range <word> <word> | gt <word> | lt <word> | neq <word> ) ]"
_ACL = f"permit|deny ip|tcp|udp|icmp|ospf|vrrp|pim|<0-255> {_ADDRESS4} {_PORTS} {_ADDRESS4} {_PORTS}"
_ACL_END = "[ established ] [ echo|echo-reply|unreachable|ttl-exceeded ] [ log ]"

_ADDRESS6 = "( any | host <ip6> | <net6> )"
_ACL6 = f"permit|deny ipv6|tcp|udp|icmpv6|<0-255> {_ADDRESS6} {_PORTS} {_ADDRESS6} {_PORTS}"
_AUTH = "md5|sha|sha224|sha256|sha384|sha512"
_PRIV = "des|aes|aes192|aes256"
_KEY = "=key =[ 0|7|8a ] =<word>"

_NEIGHBOR = """
remove: neighbor <peer>
neighbor <peer> peer group =<word>
neighbor <peer> remote-as =<asn>
neighbor <peer> next-hop-self
neighbor <peer> shutdown
neighbor <peer> bfd
neighbor <peer> update-source =<port>
neighbor <peer> description =<line>
neighbor <peer> ebgp-multihop =[ <1-255> ]
neighbor <peer> soft-reconfiguration inbound =[ all ]
neighbor <peer> timers =<0-3600> =<0-3600>
neighbor <peer> route-map =<word> in|out
neighbor <peer> prefix-list =<word> in|out
neighbor <peer> password =[ 0|7|8a ] =<word>
neighbor <peer> send-community =[ standard|extended|large ]
neighbor <peer> maximum-routes =<0-4294967294> =[ warning-only ]
"""

_ANNOUNCE = """
network <net4> =[ route-map <word> ]
network <net6> =[ route-map <word> ]
aggregate-address <net4> =[ summary-only ]
redistribute connected|static|ospf =[ route-map <word> ]
"""

_TABLES = {
    "global": f"""
service routing protocols model =multi-agent|ribd
hostname =<word>
kept: ip name-server [ vrf <word> ] <peer>
ip domain-name =<word>
dns domain =<word>
logging buffered =<10-2147483647>
logging trap =<word>
logging console =<word>
logging [ vrf <word> ] source-interface =<port>
logging host <word> =[ <1-65535> ] =[ protocol tcp|udp ]
logging vrf <word> host <word> =[ <1-65535> ] =[ protocol tcp|udp ]
ntp authentication-key <1-65534> =md5|sha1 =[ 0|7|8a ] =<word>
ntp trusted-key =<word>
ntp authenticate =[ servers ]
ntp local-interface [ vrf <word> ] =<port>
ntp server [ vrf <word> ] <word> =[ prefer ] =[ iburst ] =[ key <1-65534> ]
snmp-server engineID local =<word>
snmp-server contact =<line>
snmp-server location =<line>
snmp-server ipv4 access-list =<word>
snmp-server ipv6 access-list =<word>
snmp-server [ vrf <word> ] local-interface =<port>
snmp-server view <word> <word> =included|excluded
snmp-server community <word> =[ ro|rw ] =[ <word> ]
snmp-server group <word> v3 noauth|auth|priv =[ read <word> ] =[ write <word> ] =[ notify <word> ]
snmp-server user <word> <word> v3 =[ localized <word> ] =[ auth {_AUTH} <word> [ priv {_PRIV} <word> ] ]
snmp-server host <word> [ vrf <word> ] [ informs ] version 3 noauth|auth|priv <word> =[ udp-port <1-65535> ]
snmp-server enable traps
both: snmp-server vrf <word>
no: lldp run
lldp timer =<5-32768>
lldp hold-time =<10-65535>
lldp management-address =( all | <port> )
spanning-tree mode =mstp|rstp|rapid-pvst|none
spanning-tree mst <0-4094> priority =<0-61440>
spanning-tree priority =<0-61440>
no: spanning-tree edge-port bpduguard default
kept: radius-server host <word> [ vrf <word> ] =[ auth-port <1-65535> ] =[ acct-port <1-65535> ] =[ timeout <1-1000> ] {_KEY}
kept: tacacs-server host <word> [ vrf <word> ] =[ port <1-65535> ] =[ timeout <1-1000> ] {_KEY}
aaa group server tacacs+|radius <word> -> aaa-group
aaa authentication login default|console =<line>
aaa authentication enable default =<line>
aaa authorization exec default =<line>
aaa authorization commands all default =<line>
aaa accounting exec default =<line>
aaa accounting commands all default =<line>
both: aaa root
username <word> =[ privilege <0-15> ] =[ role <word> ] =( nopassword | secret <word> | secret 0|5|sha512 <word> )
username <word> ssh-key =<line>
clock timezone =<line>
vlan <1-4094> -> vlan
vrf instance <word> -> vrf
interface <channel> -> interface
interface <port> -> interface
ip access-list standard <word> -> acl-standard
ip access-list <word> -> acl
ipv6 access-list <word> -> acl6
both: ip routing
both: ip routing vrf <word>
ipv6 unicast-routing
inline: ip prefix-list <word> -> prefix-list
inline: ipv6 prefix-list <word> -> prefix-list6
ip community-list <word> permit|deny <line>
remove: ip route [ vrf <word> ] <net4>
remove: ipv6 route [ vrf <word> ] <net6>
ip route [ vrf <word> ] <net4> ( Null0 | <ip4> | <port> <ip4> | <port> ) =[ <1-255> ] =[ tag <0-4294967295> ] =[ name <word> ]
ipv6 route [ vrf <word> ] <net6> ( Null0 | <ip6> | <port> <ip6> | <port> ) =[ <1-255> ]
remove: route-map <word>
route-map <word> permit|deny <1-65535> -> route-map
sole: router bgp =<asn> -> bgp
router ospf <1-65535> -> ospf
text: banner login|motd
management api http-commands -> api
management console -> console
management ssh -> ssh
""",
    "vlan": """
name =<word>
state =active|suspend
""",
    "vrf": """
description =<line>
rd =<word>
""",
    "interface": """
description =<line>
load-interval =<0-600>
mtu =<68-10178>
speed =<line>
shutdown
switchport access vlan =<1-4094>
switchport trunk native vlan =<1-4094>
switchport trunk allowed vlan =<vlans>
switchport mode =access|trunk|dot1q-tunnel
no: switchport
channel-group =<1-2000> =mode =active|passive|on
encapsulation dot1q vlan =<1-4094>
vrf =<word>
no: autostate
ip proxy-arp
ip address =<cidr4>
ip address <cidr4> secondary
ip helper-address <ip4>
ip access-group =<word> in|out
ipv6 enable
ipv6 address <cidr6>
ipv6 nd ra disabled
no: lldp transmit
no: lldp receive
spanning-tree portfast =[ edge|network|auto ]
spanning-tree bpduguard =enable|disable
spanning-tree guard =root|loop|none
spanning-tree cost =<1-200000000>
ip ospf cost =<1-65535>
ip ospf dead-interval =<1-8192>
ip ospf hello-interval =<1-8192>
ip ospf network =point-to-point|broadcast
ip ospf area =<area>
ip ospf authentication =[ message-digest ]
ip ospf authentication-key =[ 0|7|8a ] =<word>
ip ospf message-digest-key <1-255> =md5|sha1|sha256|sha384|sha512 =[ 0|7|8a ] =<word>
""",
    "bgp": f"""
router-id =<ip4>
no: bgp default ipv4-unicast
bgp log-neighbor-changes
timers bgp =<0-3600> =<0-3600>
graceful-restart
maximum-paths =<1-600> =[ ecmp <1-600> ]
{_NEIGHBOR}
{_ANNOUNCE}
address-family ipv4|ipv6 -> bgp-family
vrf <word> -> bgp-vrf
""",
    "bgp-family": f"""
{_NEIGHBOR}
both: neighbor <peer> activate
{_ANNOUNCE}
""",
    "bgp-vrf": f"""
rd =<word>
router-id =<ip4>
{_NEIGHBOR}
{_ANNOUNCE}
""",
    "ospf": """
router-id =<ip4>
auto-cost reference-bandwidth =<1-4294967>
passive-interface default
both: passive-interface <port>
network <net4> area <area>
area <area> stub =[ no-summary ]
redistribute connected|static|bgp =[ route-map <word> ]
max-lsa =<0-100000>
log-adjacency-changes =[ detail ]
""",
    "route-map": """
description =<line>
match ip address prefix-list =<word>
match ip address access-list =<word>
match ipv6 address prefix-list =<word>
match community =<word>
match as-path =<word>
match interface =<port>
set local-preference =<0-4294967295>
set metric =<word>
set as-path prepend =<line>
set community =<line>
set ip next-hop =<ip4>
set ipv6 next-hop =<ip6>
continue =[ <1-65535> ]
""",
    "prefix-list": """
seq <0-65535> =permit|deny =<net4> =[ eq <1-32> ] =[ ge <1-32> ] =[ le <1-32> ]
""",
    "prefix-list6": """
seq <0-65535> =permit|deny =<net6> =[ eq <1-128> ] =[ ge <1-128> ] =[ le <1-128> ]
""",
    "acl-standard": f"""
unique: <1-4294967295> =permit|deny ={_ADDRESS4} =[ log ]
unique: <1-4294967295> =remark =<line>
numbered: permit|deny {_ADDRESS4} [ log ]
numbered: remark <line>
""",
    "acl": f"""
counters per-entry
unique: <1-4294967295> =( {_ACL} {_ACL_END} )
unique: <1-4294967295> =remark =<line>
numbered: {_ACL} {_ACL_END}
numbered: remark <line>
""",
    "acl6": f"""
counters per-entry
unique: <1-4294967295> =( {_ACL6} {_ACL_END} )
unique: <1-4294967295> =remark =<line>
numbered: {_ACL6} {_ACL_END}
numbered: remark <line>
""",
    "aaa-group": """
kept: server <word> [ vrf <word> ] [ port <1-65535> ]
""",
    "api": """
protocol http =[ port <1-65535> ]
no: protocol https
protocol https port =<1-65535>
no: shutdown
ip access-group =<word> [ vrf <word> ] in
ipv6 access-group =<word> [ vrf <word> ] in
vrf <word> -> api-vrf
""",
    "api-vrf": """
no: shutdown
""",
    "console": """
idle-timeout =<0-86400>
""",
    "ssh": """
idle-timeout =<0-86400>
both: shutdown
ip access-group =<word> [ vrf <word> ] in
ipv6 access-group =<word> [ vrf <word> ] in
cipher =<line>
""",
}

_FLAGS = ("no", "both", "remove", "inline", "text", "sole", "unique", "numbered", "kept")


class Rule(NamedTuple):
    """One command of a mode; `rank` is its place in the running configuration, `opens` the mode it leads into.

    Commands of one `group` are shown sorted by their second word first: a neighbour's lines stay together.
    """

    pattern: Pattern
    rank: int
    group: int
    flag: str = ""
    opens: str = ""


#: What the whole configuration hangs from.
ROOT = Rule(Pattern("configure"), 0, 0, opens="global")


def _rule(text: str, rank: int, group: int) -> Rule:
    flag, _, rest = text.partition(": ")
    if flag not in _FLAGS:
        flag, rest = "", text
    pattern, _, opens = rest.partition(" -> ")
    return Rule(
        Pattern(pattern), rank, group if pattern.startswith("neighbor ") else rank, flag, opens.strip()
    )


@cache
def rules_of(mode: str) -> tuple[Rule, ...]:
    """The commands of a mode, in the order of a running configuration."""
    lines = [line for line in _TABLES[mode].splitlines() if line.strip()]
    group = next((rank for rank, line in enumerate(lines) if "neighbor <peer>" in line), 0)
    return tuple(_rule(line, rank, group) for rank, line in enumerate(lines))


@cache
def _by_first_word(mode: str) -> dict[str, tuple[Rule, ...]]:
    every = rules_of(mode)
    words = {word for rule in every for word in rule.pattern.first}
    return {
        word: tuple(rule for rule in every if not rule.pattern.first or word in rule.pattern.first)
        for word in ("", *words)
    }


def rules_for(mode: str, word: str) -> tuple[Rule, ...]:
    """The commands of a mode that can begin with a word, in the same order."""
    known = _by_first_word(mode)
    return known.get(word, known[""])
