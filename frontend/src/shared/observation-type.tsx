import {
  ArrowDownWideNarrow,
  Bot,
  Box,
  CircleDot,
  Gauge,
  Layers,
  Link as LinkIcon,
  type LucideIcon,
  MessageSquare,
  Search,
  ShieldCheck,
  Wrench,
} from 'lucide-react';
import type { ObservationType } from '@/gql/graphql';

/** How a type looks. Shape and word carry the meaning; colour only helps. */
interface TypeLook {
  label: string;
  icon: LucideIcon;
  /** A CSS colour. */
  color: string;
}

const looks: Record<ObservationType, TypeLook> = {
  GENERATION: { label: 'Generation', icon: MessageSquare, color: 'var(--kind-generation)' },
  RETRIEVAL: { label: 'Retrieval', icon: Search, color: 'var(--kind-retrieval)' },
  RERANKING: { label: 'Reranking', icon: ArrowDownWideNarrow, color: 'var(--kind-reranking)' },
  EMBEDDING: { label: 'Embedding', icon: Layers, color: 'var(--kind-embedding)' },
  TOOL_CALL: { label: 'Tool call', icon: Wrench, color: 'var(--kind-tool-call)' },
  AGENT: { label: 'Agent', icon: Bot, color: 'var(--kind-agent)' },
  CHAIN: { label: 'Chain', icon: LinkIcon, color: 'var(--kind-chain)' },
  GUARDRAIL: { label: 'Guardrail', icon: ShieldCheck, color: 'var(--kind-guardrail)' },
  EVALUATOR: { label: 'Evaluator', icon: Gauge, color: 'var(--kind-evaluator)' },
  EVENT: { label: 'Event', icon: CircleDot, color: 'var(--kind-event)' },
  SPAN: { label: 'Span', icon: Box, color: 'var(--kind-span)' },
};

/** The look of a type; one that this version does not know looks like a span. */
export function lookOf(type: string): TypeLook {
  return Object.hasOwn(looks, type) ? looks[type as ObservationType] : looks.SPAN;
}

/** The word for a type, such as "Tool call". */
export function typeLabel(type: string): string {
  return lookOf(type).label;
}

/** The icon of a type; decorative, so the word must stand beside it or in a label. */
export function TypeIcon({ type, size = 14 }: { type: string; size?: number }) {
  const look = lookOf(type);
  return <look.icon size={size} color={look.color} aria-hidden="true" className="shrink-0" />;
}
