"""`fusion certificate`: what makes, judges, renews and lists the certificates of ChaMan's accounts."""
