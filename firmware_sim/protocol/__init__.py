"""What an ECU speaks: ISO-TP, J1979 and UDS, as the server's end. Pure: bytes and times in, bytes out."""
