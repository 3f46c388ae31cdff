package tekton.budget.api.access;

/**
 * One name for the addresses that are one caller's: an IPv4 address, or the first half of an IPv6
 * address, which is what a single household or machine is given.
 */
final class CallerAddress {

    private static final int PARTS = 8;
    private static final int OF_NETWORK = 4;

    private CallerAddress() {}

    /**
     * The name of an address.
     *
     * @param address as the socket tells it: numbers, no name
     */
    static String idOf(String address) {
        return "address " + (address.indexOf(':') < 0 ? address : network(address));
    }

    private static String network(String address) {
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        int gap = plain.indexOf("::");
        String[] before = split(gap < 0 ? plain : plain.substring(0, gap));
        String[] after = gap < 0 ? new String[0] : split(plain.substring(gap + 2));
        StringBuilder network = new StringBuilder();
        for (int i = 0; i < OF_NETWORK; i++) {
            int fromEnd = PARTS - i;
            String part =
                    i < before.length
                            ? before[i]
                            : fromEnd <= after.length ? after[after.length - fromEnd] : "0";
            network.append(part).append(':');
        }
        return network.append(":/64").toString();
    }

    private static String[] split(String parts) {
        return parts.isEmpty() ? new String[0] : parts.split(":", -1);
    }
}
