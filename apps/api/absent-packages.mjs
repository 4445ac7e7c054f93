/** What Nest and TypeORM would load if it were there: other transports, validators, databases. Bundles leave it out. */
export const ABSENT = [
  ...['@nestjs/microservices', '@nestjs/microservices/*', '@nestjs/websockets', '@nestjs/websockets/*'],
  ...['class-transformer', 'class-validator'],
  ...[
    '@google-cloud/spanner',
    '@sap/*',
    'better-sqlite3',
    'ioredis',
    'mongodb',
    'mssql',
    'mysql',
    'mysql2',
    'oracledb',
  ],
  ...['pg-native', 'pg-query-stream', 'react-native-sqlite-storage', 'redis', 'sql.js', 'sqlite3'],
  ...['typeorm-aurora-data-api-driver'],
];
