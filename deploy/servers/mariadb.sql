-- Made by deploy/up, and harmless to repeat: the database, and a user who may do what the gateway
-- does with it and nothing else. The password itself is in /etc/caredian/database.password.
CREATE DATABASE IF NOT EXISTS caredian CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
-- By socket or name, and by address where the server looks up no names.
CREATE USER IF NOT EXISTS caredian@localhost IDENTIFIED BY PASSWORD '@HASH@',
    caredian@'127.0.0.1' IDENTIFIED BY PASSWORD '@HASH@';
ALTER USER caredian@localhost IDENTIFIED BY PASSWORD '@HASH@';
ALTER USER caredian@'127.0.0.1' IDENTIFIED BY PASSWORD '@HASH@';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX
    ON caredian.* TO caredian@localhost, caredian@'127.0.0.1';
