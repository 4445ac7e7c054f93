import type { ObjectLiteral, Repository } from 'typeorm';

/**
 * Reads rows of an entity's table by statements that are always the same. TypeORM's own ways to find one put the text together
 * anew each time, which costs as much as the database does.
 */
export class EntityRows<Entity extends ObjectLiteral> {
  private readonly select: string;

  constructor(private readonly repository: Repository<Entity>) {
    const { columns, tablePath } = repository.metadata;
    this.select = `SELECT ${columns.map(({ databaseName }) => `"${databaseName}"`).join(', ')} FROM ${tablePath}`;
  }

  /**
   * @param where a condition that at most one row meets, with values as `$1` and so on
   * @returns null when none does
   */
  async one(where: string, values: readonly string[]): Promise<Entity | null> {
    const [row] = await this.repository.query<Record<string, unknown>[]>(`${this.select} WHERE ${where}`, [...values]);
    if (row === undefined) return null;
    const { manager, metadata } = this.repository;
    const entity = this.repository.create();
    for (const column of metadata.columns) {
      const value: unknown = manager.dataSource.driver.prepareHydratedValue(row[column.databaseName], column);
      column.setEntityValue(entity, value);
    }
    return entity;
  }
}
