import { connect } from '../../../schemas/connect.ts';
import { errorFrame, errors } from '../../../schemas/errors.ts';
import { defaultRoom, subprotocol } from '../../../schemas/fields.ts';
import { ackSchema, actions, events } from '../../../schemas/index.ts';
import type { ContractSource } from './frames.ts';

/** The contract of the working tree. */
export const currentContract: ContractSource = {
  actions,
  events,
  errors,
  errorFrame,
  connect,
  subprotocol,
  defaultRoom,
  ackSchema,
};
