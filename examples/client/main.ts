import { lifeOfACase } from './life-of-a-case.js';

const baseUrl = process.env.REMIT_URL ?? 'http://127.0.0.1:3000';
const { caseNumber, decision, actions } = await lifeOfACase(baseUrl, 'Weir Paper Ltd');
console.log(`${caseNumber}: ${decision.outcome}, version ${decision.decisionVersion} of the decision`);
console.log(actions.join('\n'));
