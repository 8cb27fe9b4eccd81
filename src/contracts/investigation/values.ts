export const CONCLUSIONS = ['SUBSTANTIATED', 'UNSUBSTANTIATED', 'INCONCLUSIVE'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

export const RECOMMENDATIONS = ['PROCEED_TO_DECISION', 'NO_FURTHER_ACTION'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];
