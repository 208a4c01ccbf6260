import './styles/layers.css';
import '@mantine/core/styles.layer.css';
import '@mantine/dates/styles.layer.css';
import './styles/tokens.css';
import './styles/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { queries } from './api/query.ts';
import { App } from './app.tsx';
import { t } from './texts/index.ts';
import { cssVariablesResolver, theme } from './theme.ts';

const overlays = document.createElement('aside');
overlays.id = 'overlays';
overlays.ariaLabel = t('app.overlays');
document.body.append(overlays);

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </MantineProvider>,
);
