import { metadataWithin } from "@cim-domain/commands/fields/Metadata"

/** Free attributes of a department, team, role or facility, at most 8 KiB; what there is one of for all is in those of the organization. */
export const UnitMetadata = metadataWithin(8 * 1024)
