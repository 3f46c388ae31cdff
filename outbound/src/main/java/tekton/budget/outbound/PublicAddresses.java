package tekton.budget.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Which addresses are on the public internet, as far as their numbers tell. */
public final class PublicAddresses {

    private PublicAddresses() {}

    /**
     * True for an address that everybody may name: not this machine, not its networks, not what is
     * reserved, and not an IPv6 form that carries an IPv4 address.
     */
    public static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        return address instanceof Inet4Address
                ? isPublic4(first, second, bytes[2] & 0xFF)
                : isPublic6(first, second, bytes[2] & 0xFF, bytes[3] & 0xFF);
    }

    /** IANA IPv4 Special-Purpose Address Registry. */
    private static boolean isPublic4(int first, int second, int third) {
        return switch (first) {
            case 0, 127 -> false;
            case 100 -> second < 64 || second > 127;
            case 192 -> second != 0 || (third != 0 && third != 2);
            case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
            case 203 -> !(second == 0 && third == 113);
            default -> first < 240;
        };
    }

    /** Global unicast is 2000::/3; in it, Teredo, documentation and 6to4 are not. */
    private static boolean isPublic6(int first, int second, int third, int fourth) {
        boolean teredo = first == 0x20 && second == 0x01 && third == 0 && fourth == 0;
        boolean example = first == 0x20 && second == 0x01 && third == 0x0D && fourth == 0xB8;
        boolean sixToFour = first == 0x20 && second == 0x02;
        return (first & 0xE0) == 0x20 && !teredo && !example && !sixToFour;
    }
}
