"""The folders of FTP accounts over SFTP."""
